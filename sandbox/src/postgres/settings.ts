/** Settings of the embedded server, as `-c` arguments: they hold for one start and leave the data folder as it is. */
export function serverArguments(dataFolder: string, port: number, isDurable: boolean): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: '127.0.0.1',
    port,
    // Passwords over loopback are the only door; a socket file would need a folder that every user can reach.
    unix_socket_directories: '',
    wal_level: 'logical',
    max_replication_slots: 64,
    max_wal_senders: 64,
    // One for each direction of each database; ten, the default, run out when tests share the server.
    max_active_replication_origins: 200,
    max_connections: 200,
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    // One process less for each of three workers; the sandbox reads little from disk.
    io_method: 'sync',
    lc_messages: 'C',
    log_timezone: 'UTC',
    synchronous_commit: 'on',
    fsync: isDurable ? 'on' : 'off',
    full_page_writes: isDurable ? 'on' : 'off',
  };
  return ['-D', dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
