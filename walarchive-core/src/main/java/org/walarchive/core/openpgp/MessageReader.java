package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.codec.BlockStream;
import org.walarchive.core.codec.CorruptStreamException;

/**
 * The content of an encrypted message. It ends only after the message's integrity was verified and nothing but packets
 * without meaning follows.
 */
final class MessageReader extends BlockStream {

    private static final int DEEPEST = 4;

    private final InputStream message;
    private final SessionKeys keys;
    private final byte[] buffer = new byte[64 * 1024];
    private final List<PacketReader> inner = new ArrayList<>();
    private final List<InputStream> opened = new ArrayList<>();
    private @Nullable PacketReader outer;
    private @Nullable InputStream literal;
    private boolean ended;

    MessageReader(InputStream message, SessionKeys keys) {
        this.message = message;
        this.keys = keys;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (ended) {
            return false;
        }
        try {
            if (literal == null) {
                outer = new PacketReader(message);
                literal = openLiteral(openEncrypted(outer));
            }
            int length = fill(literal, buffer, 0);
            if (length < buffer.length) {
                finish();
                ended = true;
            }
            supply(buffer, 0, length);
            return true;
        } catch (RuntimeException e) { // the library's parsers name no closed set of exceptions for damaged input
            throw new CorruptStreamException("OpenPGP", "the message is damaged", 0, e);
        }
    }

    private InputStream openEncrypted(PacketReader packets) throws IOException {
        SessionPackets sessions = new SessionPackets();
        while (packets.next()) {
            int tag = packets.tag();
            switch (tag) {
                case PacketTag.PUBLIC_KEY_SESSION -> sessions.read(packets);
                case PacketTag.SYMMETRIC_KEY_SESSION -> packets.skip();
                case PacketTag.INTEGRITY_PROTECTED -> {
                    int version = packets.body().read();
                    if (version != 1) {
                        throw packets.source()
                                .corrupt("version " + version + " of integrity protection is not supported");
                    }
                    return new MdcReader(packets.source(), packets.body(), keys.find(sessions.all()));
                }
                case PacketTag.AEAD_ENCRYPTED -> {
                    return AeadContent.open(packets, keys.find(sessions.all()));
                }
                case PacketTag.ENCRYPTED ->
                    throw packets.source()
                            .corrupt(
                                    "the message has no protection of its integrity: it was stripped, or a program from"
                                            + " before 2003 wrote it");
                default -> passOver(packets);
            }
        }
        throw packets.source().corrupt("the message ends before its encrypted content");
    }

    private static void passOver(PacketReader packets) throws IOException {
        if (!PacketTag.isIgnorable(packets.tag())) {
            throw packets.source().corrupt("a packet of type " + packets.tag() + " has no place there");
        }
        packets.skip();
    }

    /** Signatures of the content, which gpg makes when asked to, are passed over. */
    private InputStream openLiteral(InputStream content) throws IOException {
        PacketReader packets = new PacketReader(content);
        inner.add(packets);
        while (packets.next()) {
            switch (packets.tag()) {
                case PacketTag.LITERAL -> {
                    return literal(packets);
                }
                case PacketTag.COMPRESSED -> {
                    if (inner.size() == DEEPEST) {
                        throw packets.source().corrupt("it is compressed " + DEEPEST + " times");
                    }
                    InputStream plain = CompressedContent.open(packets);
                    opened.add(plain);
                    return openLiteral(plain);
                }
                case PacketTag.ONE_PASS_SIGNATURE, PacketTag.SIGNATURE -> packets.skip();
                default -> passOver(packets);
            }
        }
        throw packets.source().corrupt("the message has no content");
    }

    private static InputStream literal(PacketReader packets) throws IOException {
        InputStream body = packets.body();
        body.read(); // binary or text; both are bytes here
        int nameLength = body.read();
        if (nameLength < 0 || body.readNBytes(nameLength + 4).length < nameLength + 4) {
            throw packets.source().corrupt("the literal packet ends in its header");
        }
        return body;
    }

    private void finish() throws IOException {
        for (int i = inner.size() - 1; i >= 0; i--) {
            PacketReader packets = inner.get(i);
            packets.skip(); // the end of what was compressed
            while (packets.next()) {
                if (packets.tag() == PacketTag.SIGNATURE) {
                    packets.skip();
                } else {
                    passOver(packets);
                }
            }
        }
        PacketReader packets = Objects.requireNonNull(outer);
        packets.skip();
        while (packets.next()) {
            passOver(packets);
        }
    }

    @Override
    protected void release() throws IOException {
        try (message) {
            for (InputStream plain : opened) {
                plain.close();
            }
        }
    }
}
