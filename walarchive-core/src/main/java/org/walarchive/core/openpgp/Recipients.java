package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.walarchive.Encryption;

/** The keys that an object is encrypted to. */
public final class Recipients {

    private static final int HEAD_BYTES = 4;

    private final List<byte[]> packets;

    private Recipients(List<byte[]> packets) {
        this.packets = packets;
    }

    /**
     * Reads what lies before an object's encrypted content.
     *
     * @param stored the object
     * @return empty if it is not encrypted
     * @throws org.walarchive.core.codec.CorruptStreamException if it is damaged there
     */
    public static Optional<Recipients> of(InputStream stored) throws IOException {
        byte[] head = stored.readNBytes(HEAD_BYTES);
        if (!OpenPgp.isEncrypted(head)) {
            return Optional.empty();
        }
        return Optional.of(read(new SequenceInputStream(new ByteArrayInputStream(head), stored)));
    }

    private static Recipients read(InputStream stored) throws IOException {
        SessionPackets packets = new SessionPackets();
        PacketReader reader = new PacketReader(stored);
        while (reader.next() && !PacketTag.isContent(reader.tag())) {
            if (reader.tag() == PacketTag.PUBLIC_KEY_SESSION) {
                packets.read(reader);
            } else {
                reader.skip();
            }
        }
        return new Recipients(packets.all());
    }

    /**
     * Tells whether the object should be readable here: whether files of private keys are given, fitting or not, or gpg has a private key
     * that it is encrypted to, whether that can be used or not. A host that only pushes has neither.
     */
    public boolean areExpectedIn(Encryption settings) throws InterruptedException {
        if (packets.isEmpty() || !settings.privateKeyFiles().isEmpty()) {
            return true;
        }
        Set<String> keys = packets.stream()
                .map(packet -> KeyIds.format(KeyIds.recipient(packet)))
                .collect(Collectors.toSet());
        return new GpgKeys(settings).mayHaveAny(keys);
    }

    /**
     * Returns which of the keys that new objects are encrypted to here are not among these.
     *
     * @return their names, as {@link #toString} has them; none where these do not tell all their names
     */
    public List<String> lacking(Encryptor encryptor) {
        List<Long> ids = packets.stream().map(KeyIds::recipient).toList();
        if (ids.contains(0L)) {
            return List.of();
        }
        return encryptor.keyIds().stream()
                .filter(id -> !ids.contains(id))
                .map(id -> "key " + KeyIds.format(id))
                .toList();
    }

    /** Returns their names, as in "encrypted to key 897FD085966CF175". */
    @Override
    public String toString() {
        return KeyIds.recipients(packets);
    }
}
