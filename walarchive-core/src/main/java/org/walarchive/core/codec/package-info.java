/**
 * Compression of streams: the formats in which objects of the archive are stored, read and written by pulling, without
 * threads or pipes.
 *
 * <p>Entry types: {@link org.walarchive.core.codec.Codecs} and {@link org.walarchive.core.codec.Codec}.
 *
 * <pre>{@code
 * Codec codec = Codecs.of(Compression.LZO);
 * try (InputStream compressed = codec.compress(plain)) {
 *     compressed.transferTo(out);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.core.codec;

import org.jspecify.annotations.NullMarked;
