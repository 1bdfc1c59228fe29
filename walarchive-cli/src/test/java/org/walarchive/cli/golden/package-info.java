/**
 * Archives made by WAL-E 1.1.1 itself, read by the real command.
 *
 * <p>Entry type: {@link org.walarchive.cli.golden.WalEArchive}.
 *
 * <pre>{@code
 * Path archive = WalEArchive.PLAIN.copyTo(directory);
 * Program.walarchive().on(archive).run("backup-list").requireExit(0);
 * }</pre>
 */
@NullMarked
package org.walarchive.cli.golden;

import org.jspecify.annotations.NullMarked;
