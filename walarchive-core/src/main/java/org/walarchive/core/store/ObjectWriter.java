package org.walarchive.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.walarchive.core.codec.Codec;
import org.walarchive.core.codec.CompressionWorkers;
import org.walarchive.core.openpgp.Encryptor;

/**
 * How new objects are made of what they hold: compressed, then encrypted. May be shared by threads.
 *
 * @param codec how they are compressed
 * @param encryptor how they are encrypted; empty if they are not
 */
public record ObjectWriter(Codec codec, Optional<Encryptor> encryptor) {

    /** Returns the extension of the objects' names, which says nothing of encryption: {@code docs/format.md}. */
    public String extension() {
        return codec.extension();
    }

    /**
     * Makes a stream of an object as it is to be stored.
     *
     * @param plain what it holds; closed with the returned stream
     */
    public InputStream store(InputStream plain) throws IOException {
        return store(plain, new byte[0]);
    }

    /**
     * Makes a stream of an object as it is to be stored, with a note that can be read without a key.
     *
     * @param plain what it holds; closed with the returned stream
     * @param note see {@link Encryptor#encrypt(InputStream, byte[])}; of no effect if objects are not encrypted
     */
    public InputStream store(InputStream plain, byte[] note) throws IOException {
        return encrypted(codec.compress(plain), note);
    }

    /**
     * Makes a stream of a large object as it is to be stored.
     *
     * @param plain what it holds; closed with the returned stream
     * @param workers threads that compress it; closed after the stream
     */
    public InputStream store(InputStream plain, CompressionWorkers workers) throws IOException {
        return encrypted(codec.compress(plain, workers), new byte[0]);
    }

    private InputStream encrypted(InputStream compressed, byte[] note) throws IOException {
        return encryptor.isPresent() ? encryptor.get().encrypt(compressed, note) : compressed;
    }
}
