/**
 * The command line: WAL-E's words over the library's interface.
 *
 * <p>Entry type: {@link org.walarchive.cli.Main}. Nothing here is for use by other code.
 *
 * <pre>{@code
 * archive_command = 'walarchive wal-push %p'
 * restore_command = 'walarchive wal-fetch %f %p'
 * }</pre>
 */
@NullMarked
package org.walarchive.cli;

import org.jspecify.annotations.NullMarked;
