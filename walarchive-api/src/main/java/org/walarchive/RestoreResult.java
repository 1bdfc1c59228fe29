package org.walarchive;

import java.nio.file.Path;
import org.walarchive.stability.Stable;

/**
 * What a restore did.
 *
 * @param name the backup that was restored
 * @param directory the data directory, complete and synced
 * @param partitions how many tar partitions were read
 * @param bytes the sum of the sizes of the files written
 */
@Stable
public record RestoreResult(BackupName name, Path directory, int partitions, long bytes) {}
