package org.walarchive.cli;

import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;

/** Opens the archive of a run: {@link WalArchive#open}, or what a test puts in its place. */
@FunctionalInterface
interface ArchiveOpener {

    WalArchive open(ArchiveConfig config) throws ArchiveException;
}
