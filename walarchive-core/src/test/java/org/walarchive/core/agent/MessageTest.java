package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The bytes are those that WAL-G's clients were seen to send. */
final class MessageTest {

    private static final String SEGMENT = "00000001000000000000000A";

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof String text) {
                bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            } else {
                bytes.write((Integer) part);
            }
        }
        return bytes.toByteArray();
    }

    private static Message read(byte[] bytes) throws IOException {
        ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
        Message message = Message.read((byte) stream.read(), stream);
        assertEquals(0, stream.available());
        return message;
    }

    @Example
    void aPushOfTheDaemonClient() throws IOException {
        Message message = read(bytes("F", 0, 0x1B, SEGMENT));
        assertEquals(Message.PUSH, message.type());
        assertEquals(SEGMENT, PushName.parse(message.body()).text());
    }

    @Example
    void aFetchOfTheDaemonClient() throws IOException {
        Message message = read(bytes("f", 0, 0x34, 2, 0, 0x18, SEGMENT, 0, 0x14, "pg_wal/RECOVERYXLOG1"));
        assertEquals(Message.FETCH, message.type());
        FetchArguments arguments = FetchArguments.parse(message.body());
        assertEquals(SEGMENT, arguments.name().text());
        assertEquals(Path.of("pg_wal/RECOVERYXLOG1"), arguments.target());
    }

    @Example
    void theCheckOfTheArchiveModule() throws IOException {
        assertEquals(Message.CHECK, read(bytes("C", 0, 8, "CHECK")).type());
    }

    @Example
    void theArchiveModuleSendsWhatLiesBehindAShortName() throws IOException {
        Message message = read(bytes("F", 0, 27, "00000002.history", 0, "\u00ff\u0001garba"));
        assertEquals("00000002.history", PushName.parse(message.body()).text());
    }

    @Example
    void aShortNameWithoutGarbageIsExact() {
        assertEquals("00000002.history", parse("00000002.history"));
        assertThrows(MalformedMessageException.class, () -> PushName.parse(bytes("00000002.history", 0)));
    }

    private static String parse(String name) {
        try {
            return PushName.parse(name.getBytes(StandardCharsets.ISO_8859_1)).text();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    @Example
    void nothingButTheNameOfAWalFileIsPushed() {
        for (String name : new String[] {
            "",
            "x",
            "../" + SEGMENT,
            "pg_wal/" + SEGMENT,
            SEGMENT + "/",
            SEGMENT + "\n",
            "/etc/passwd",
            SEGMENT.toLowerCase(),
            SEGMENT + ".ready",
            "..",
            "postgresql.conf",
            "00000001000000000000000\u00c1"
        }) {
            assertThrows(
                    MalformedMessageException.class,
                    () -> PushName.parse(name.getBytes(StandardCharsets.ISO_8859_1)),
                    name);
        }
    }

    @Example
    void whatIsTooShortForItselfIsRefused() {
        assertThrows(MalformedMessageException.class, () -> read(bytes("F", 0)));
        assertThrows(MalformedMessageException.class, () -> read(bytes("F", 0, 2)));
        assertThrows(MalformedMessageException.class, () -> read(bytes("F", 0, 0x1B, "0000")));
    }

    @Example
    void aFetchHasTwoArgumentsAndNothingElse() {
        for (byte[] body : new byte[][] {
            {},
            bytes(0),
            bytes(1, 0, 0x18, SEGMENT),
            bytes(2, 0, 0x18, SEGMENT, 0, 0),
            bytes(2, 0, 0x18, SEGMENT, 0),
            bytes(2, 0, 0x18, SEGMENT, 0, 3, "ab"),
            bytes(2, 0, 0x18, SEGMENT, 0, 2, "abc"),
            bytes(2, 0, 0x18, SEGMENT, 0, 1, "\0"),
            bytes(2, 0, 0x18, SEGMENT, 0, 1, "\u00ff"),
            bytes(2, 0, 1, "x", 0, 1, "y"),
            bytes(3, 0, 0x18, SEGMENT, 0, 1, "a", 0, 1, "b")
        }) {
            assertThrows(
                    MalformedMessageException.class, () -> FetchArguments.parse(body), () -> Arrays.toString(body));
        }
    }

    @Property(tries = 500)
    void anyBytesAreAMessageOrAreRefused(@ForAll @Size(max = 300) byte[] bytes) {
        ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
        try {
            Message message = Message.read((byte) stream.read(), stream);
            assertTrue(message.body().length <= bytes.length - 3);
            PushName.parse(message.body());
        } catch (MalformedMessageException e) {
            assertTrue(e.getMessage().length() < 200);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 500)
    void anyBodyOfAFetchIsUnderstoodOrRefused(
            @ForAll @Size(max = 60) byte[] tail, @ForAll @IntRange(max = 3) int count) {
        byte[] body = bytes(count, 0, 0x18, SEGMENT);
        byte[] all = Arrays.copyOf(body, body.length + tail.length);
        System.arraycopy(tail, 0, all, body.length, tail.length);
        try {
            assertEquals(SEGMENT, FetchArguments.parse(all).name().text());
        } catch (MalformedMessageException e) {
            assertTrue(e.getMessage().length() < 200);
        }
    }

    @Property(tries = 100)
    void anyBodyComesThrough(@ForAll byte type, @ForAll @Size(max = 65532) byte[] body) throws IOException {
        byte[] head = {type, (byte) ((body.length + 3) >> 8), (byte) (body.length + 3)};
        byte[] all = Arrays.copyOf(head, 3 + body.length);
        System.arraycopy(body, 0, all, 3, body.length);
        Message message = read(all);
        assertEquals(type, message.type());
        assertArrayEquals(body, message.body());
    }
}
