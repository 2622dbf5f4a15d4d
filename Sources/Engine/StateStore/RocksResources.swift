import CRocksDB

/// The option objects of one open database, and its share of the write-buffer budget.
///
/// * One column family: with one there is one memory table, flushed as a whole, so data and offset can never be torn apart.
/// * The write-ahead log is on and not synced: see ``StateStore``.
/// * Recovery takes the log up to its first torn record (`kPointInTimeRecovery`): a prefix of the commits, each whole.
/// * Index and filter blocks live in the shared cache, so that memory has one bound.
final class RocksResources {
    let options: OpaquePointer
    let reading: OpaquePointer
    let writing: OpaquePointer
    let writingSynced: OpaquePointer
    private let memory: StateMemory
    private let writeBufferBytes: Int

    init(_ settings: StateStoreOptions) {
        memory = settings.memory
        writeBufferBytes = memory.grant(settings.writeBufferBytes)
        options = rocksdb_options_create()
        reading = rocksdb_readoptions_create()
        writing = rocksdb_writeoptions_create()
        writingSynced = rocksdb_writeoptions_create()
        rocksdb_writeoptions_set_sync(writingSynced, 1)
        setGeneral(settings)
        setTables(settings)
    }

    deinit {
        rocksdb_options_destroy(options)
        rocksdb_readoptions_destroy(reading)
        rocksdb_writeoptions_destroy(writing)
        rocksdb_writeoptions_destroy(writingSynced)
        memory.release(writeBufferBytes)
    }

    private func setGeneral(_ settings: StateStoreOptions) {
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_set_wal_recovery_mode(options, Int32(rocksdb_point_in_time_recovery))
        rocksdb_options_set_write_buffer_size(options, writeBufferBytes)
        rocksdb_options_set_max_write_buffer_number(options, 2)
        rocksdb_options_set_arena_block_size(options, min(128 * 1024, max(4 * 1024, writeBufferBytes / 8)))
        // Bloom filters over the memory tables too: most look-ups of new keys end there.
        rocksdb_options_set_memtable_prefix_bloom_size_ratio(options, 0.1)
        rocksdb_options_set_memtable_whole_key_filtering(options, 1)
        rocksdb_options_set_max_open_files(options, Int32(clamping: max(16, settings.openFiles)))
        rocksdb_options_set_target_file_size_base(options, UInt64(max(1024 * 1024, settings.fileBytes)))
        rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1)
        rocksdb_options_set_compression(
            options, Int32(settings.compresses ? rocksdb_lz4_compression : rocksdb_no_compression))
        rocksdb_options_set_keep_log_file_num(options, 2)
        rocksdb_options_set_max_log_file_size(options, 1024 * 1024)
        rocksdb_options_set_info_log_level(options, 2)  // warnings and worse
        rocksdb_options_set_stats_dump_period_sec(options, 0)
    }

    private func setTables(_ settings: StateStoreOptions) {
        guard let tables = rocksdb_block_based_options_create() else { return }
        defer { rocksdb_block_based_options_destroy(tables) }
        rocksdb_block_based_options_set_block_cache(tables, memory.blockCache)
        rocksdb_block_based_options_set_block_size(tables, max(1024, settings.blockBytes))
        rocksdb_block_based_options_set_cache_index_and_filter_blocks(tables, 1)
        rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(tables, 1)
        rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(tables, 1)
        rocksdb_block_based_options_set_format_version(tables, 5)
        if settings.bloomBitsPerKey > 0 {
            rocksdb_block_based_options_set_filter_policy(
                tables, rocksdb_filterpolicy_create_bloom_full(settings.bloomBitsPerKey))
        }
        rocksdb_options_set_block_based_table_factory(options, tables)
    }
}
