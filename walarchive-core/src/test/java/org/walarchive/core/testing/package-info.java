/**
 * Real PostgreSQL servers for tests, of every supported generation.
 *
 * <pre>{@code
 * try (PostgresServer server = PostgresServer.builder(PostgresVersion.V18).create()) {
 *     server.start();
 *     server.execute("CREATE TABLE t (i int)");
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.core.testing;

import org.jspecify.annotations.NullMarked;
