/**
 * A store of one's own: blobs as rows of a PostgreSQL database. Copy the file, and replace what speaks SQL.
 *
 * <p>Entry type: {@link org.walarchive.examples.ownstore.SqlStoreProvider}, which ServiceLoader finds.
 *
 * <pre>{@code
 * export SQL_STORE_URL=jdbc:postgresql://vault.example/archives SQL_STORE_USER=archiver SQL_STORE_PASSWORD=...
 * java -cp 'examples/target/walarchive-examples-0.1.0-SNAPSHOT.jar:examples/target/lib/*' \
 *     org.walarchive.examples.EmbeddedArchive sql://archive/main /srv/pg
 * }</pre>
 */
@NullMarked
package org.walarchive.examples.ownstore;

import org.jspecify.annotations.NullMarked;
