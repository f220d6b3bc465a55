// How we use RocksDB. Several hospitals may share a small machine: memory, files and logs are bounded.
#pragma once

#include <rocksdb/options.h>

namespace caduceus::store {

rocksdb::DBOptions database_options();
rocksdb::ColumnFamilyOptions column_options();
// Of the column family that holds the numbers of the batches.
rocksdb::ColumnFamilyOptions batches_options();

}  // namespace caduceus::store
