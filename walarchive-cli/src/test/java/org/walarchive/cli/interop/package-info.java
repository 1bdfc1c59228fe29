/**
 * The real command, run as PostgreSQL runs it, against bad input and together with the programs that share its format.
 *
 * <p>Entry type: {@link org.walarchive.cli.interop.Program}.
 *
 * <pre>{@code
 * Program walarchive = Program.walarchive().with("WALARCHIVE_PREFIX", "file://localhost/archive");
 * walarchive.run("wal-push", "/data/pg_wal/000000010000000000000001").requireExit(0);
 * }</pre>
 */
@NullMarked
package org.walarchive.cli.interop;

import org.jspecify.annotations.NullMarked;
