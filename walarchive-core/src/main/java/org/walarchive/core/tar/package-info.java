/**
 * From a data directory to tar partitions and back.
 *
 * <p>Entry types: {@link org.walarchive.core.tar.DataDirectoryScan} and {@link org.walarchive.core.tar.RestoreTree}.
 *
 * <pre>{@code
 * DataDirectoryScan scan = DataDirectoryScan.of(dataDirectory, ConfigurationFiles.INCLUDE, TreatmentListener.none());
 * PartitionPlan plan = PartitionPlan.of(scan, partitionSizeBytes);
 * for (Optional<Partition> next = plan.next(); next.isPresent(); next = plan.next()) {
 *     try (PartitionStream tar = next.get().open()) { ... }
 * }
 * RestoreTree tree = RestoreTree.into(target, RestoreOptions.cluster());
 * tree.extract("part_00000000.tar.lzo", tar);
 * tree.finish();
 * }</pre>
 */
@NullMarked
package org.walarchive.core.tar;

import org.jspecify.annotations.NullMarked;
