package org.walarchive.core.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A client as WAL-G's: what it sends is what they send. */
final class TestClient implements AutoCloseable {

    private final Connection connection;

    TestClient(Path socket) {
        try {
            connection = Connection.to(socket);
            connection.limit(Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String ask(Path socket, byte[] message) {
        try (TestClient client = new TestClient(socket)) {
            return client.send(message).answer();
        }
    }

    static byte[] message(char type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(type);
        all.write((bytes.length + 3) >> 8);
        all.write(bytes.length + 3);
        all.writeBytes(bytes);
        return all.toByteArray();
    }

    static byte[] push(String name) {
        return message('F', name);
    }

    static byte[] fetch(String name, String target) {
        return message('f', "\2\0" + (char) name.length() + name + "\0" + (char) target.length() + target);
    }

    TestClient send(byte[] bytes) {
        try {
            connection.write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the next byte of the answer, or "end". */
    String answer() {
        try {
            int answer = connection.input().read();
            return answer < 0 ? "end" : String.valueOf((char) answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
