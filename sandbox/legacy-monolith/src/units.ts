const metresPerMile = 1609.344;
const litresPerGallon = 3.785411784;
const metresPerSecondPerMph = 0.44704;

export const milesToMetres = (miles: number): number => Math.round(miles * metresPerMile);
export const metresToMiles = (metres: number): number => rounded(metres / metresPerMile, 2);
export const gallonsToLitres = (gallons: number): number => rounded(gallons * litresPerGallon, 2);
export const litresToGallons = (litres: number): number => rounded(litres / litresPerGallon, 2);
export const mphToMetresPerSecond = (mph: number): number => rounded(mph * metresPerSecondPerMph, 2);
export const metresPerSecondToMph = (speed: number): number => rounded(speed / metresPerSecondPerMph, 1);

export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
