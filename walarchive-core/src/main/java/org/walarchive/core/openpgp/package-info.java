/**
 * OpenPGP messages, as gpg, WAL-E and WAL-G write and read them, as pull-based streams without threads or pipes.
 *
 * <p>Entry type: {@link org.walarchive.core.openpgp.OpenPgp}. Packets, the cipher mode and the checks of integrity are here;
 * keys and what is done with them are Bouncy Castle's, whose classes are loaded when a key is needed.
 *
 * <pre>{@code
 * OpenPgp openPgp = new OpenPgp(config.encryption());
 * try (InputStream encrypted = openPgp.encryptor().orElseThrow().encrypt(content)) {
 *     encrypted.transferTo(out);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.core.openpgp;

import org.jspecify.annotations.NullMarked;
