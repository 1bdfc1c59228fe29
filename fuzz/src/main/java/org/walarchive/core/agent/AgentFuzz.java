package org.walarchive.core.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.walarchive.agent.AgentStatus;

/** Reads any bytes as what a client or the agent sends. */
public final class AgentFuzz {

    private AgentFuzz() {}

    /** Reads the input as a message and as an answer; what is accepted comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        try {
            ByteArrayInputStream stream = new ByteArrayInputStream(input, 1, input.length - 1);
            Message message = Message.read(input[0], stream);
            request(message);
        } catch (MalformedMessageException e) {
            // hung up on
        }
        String text = new String(input, StandardCharsets.UTF_8);
        readRate(text);
        status(text);
    }

    private static void request(Message message) throws MalformedMessageException {
        String body = new String(message.body(), StandardCharsets.UTF_8);
        byte[] written = Message.bytes(message.type(), body);
        if (body.indexOf('\ufffd') < 0
                && !Arrays.equals(Arrays.copyOfRange(written, 3, written.length), message.body())) {
            throw new AssertionError("the body is written as something else");
        }
        if (message.type() == Message.PUSH) {
            requireName(PushName.parse(message.body()).text());
        }
        if (message.type() == Message.FETCH) {
            FetchArguments arguments = FetchArguments.parse(message.body());
            requireName(arguments.name().text());
            if (arguments.target().toString().indexOf('\0') >= 0) {
                throw new AssertionError("a target with a NUL");
            }
        }
        if (message.type() == Message.READ_RATE && message.body().length > 0) {
            ReadRateText.parse(new String(message.body(), StandardCharsets.US_ASCII));
        }
    }

    private static void requireName(String name) {
        if (!name.matches("[0-9A-Z.a-z]{16,41}") || name.contains("..")) {
            throw new AssertionError("the name '" + name + "'");
        }
    }

    private static void readRate(String text) {
        try {
            OptionalLong rate = ReadRateText.parseAnswer(text);
            if (rate.isPresent() && rate.getAsLong() < 1
                    || !ReadRateText.parse(ReadRateText.of(rate)).equals(rate)) {
                throw new AssertionError("a rate of " + rate);
            }
        } catch (MalformedMessageException e) {
            // refused
        }
    }

    private static void status(String text) {
        AgentStatus status;
        try {
            // once: a line break within a value is written as a blank
            status = StatusText.parse(StatusText.of(StatusText.parse(text)));
        } catch (IllegalArgumentException e) {
            return;
        }
        if (!StatusText.parse(StatusText.of(status)).equals(status)) {
            throw new AssertionError(status + " comes back as something else");
        }
    }
}
