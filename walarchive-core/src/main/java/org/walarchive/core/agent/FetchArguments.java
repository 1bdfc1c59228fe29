package org.walarchive.core.agent;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.postgres.WalFileName;

/**
 * What to fetch, and where to: a count of two in one byte, then two strings, each behind its length in two bytes.
 *
 * @param name which file
 * @param target where to; relative to the data directory, as PostgreSQL's {@code %p}, if not absolute
 */
record FetchArguments(WalFileName name, Path target) {

    private static final int COUNT = 2;

    static FetchArguments parse(byte[] body) throws MalformedMessageException {
        List<String> arguments = strings(ByteBuffer.wrap(body));
        if (arguments.size() != COUNT) {
            throw new MalformedMessageException("a fetch has " + arguments.size() + " arguments");
        }
        String text = arguments.get(1);
        if (text.isEmpty()) {
            throw new MalformedMessageException("a fetch has no target");
        }
        try {
            return new FetchArguments(PushName.recognise(arguments.get(0)), Path.of(text));
        } catch (InvalidPathException e) {
            throw new MalformedMessageException("the target of a fetch is not a path: " + e.getReason());
        }
    }

    private static List<String> strings(ByteBuffer body) throws MalformedMessageException {
        if (!body.hasRemaining()) {
            throw new MalformedMessageException("a fetch has an empty body");
        }
        int count = body.get() & 0xFF;
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (body.remaining() < 2) {
                throw new MalformedMessageException("a fetch ends before its argument " + (i + 1));
            }
            int length = body.getShort() & 0xFFFF;
            if (body.remaining() < length) {
                throw new MalformedMessageException("a fetch ends within its argument " + (i + 1));
            }
            strings.add(decode(body.slice(body.position(), length)));
            body.position(body.position() + length);
        }
        if (body.hasRemaining()) {
            throw new MalformedMessageException("a fetch has " + body.remaining() + " bytes behind its arguments");
        }
        return strings;
    }

    private static String decode(ByteBuffer bytes) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("an argument of a fetch is not UTF-8");
        }
    }
}
