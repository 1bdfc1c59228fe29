package org.walarchive.core.agent;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.walarchive.ReadRateLimit;

/**
 * A limit on what base backups read, as it is sent: bytes per second in decimal digits, or {@value #NONE}. An answer ends with a line
 * break, so that a part of one is not taken for a smaller limit.
 */
final class ReadRateText {

    private static final String NONE = "none";
    private static final int MOST_DIGITS = 18;

    private ReadRateText() {}

    static String of(OptionalLong bytesPerSecond) {
        return bytesPerSecond.isPresent() ? Long.toString(bytesPerSecond.getAsLong()) : NONE;
    }

    static OptionalLong parse(String text) throws MalformedMessageException {
        if (text.equals(NONE)) {
            return OptionalLong.empty();
        }
        boolean digits =
                !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Long.parseLong(text) < 1) {
            throw new MalformedMessageException("that is not a limit on what is read");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    /** Changes a limit as the body of a request wants it; an empty one only asks. */
    static void heed(byte[] body, ReadRateLimit limit) throws MalformedMessageException {
        if (body.length > 0) {
            change(limit, parse(new String(body, StandardCharsets.US_ASCII)));
        }
    }

    static void change(ReadRateLimit limit, OptionalLong bytesPerSecond) {
        bytesPerSecond.ifPresentOrElse(limit::change, limit::lift);
    }

    static String answer(ReadRateLimit limit) {
        return of(limit.bytesPerSecond()) + "\n";
    }

    static OptionalLong parseAnswer(String text) throws MalformedMessageException {
        if (!text.endsWith("\n")) {
            throw new MalformedMessageException("the answer is not whole");
        }
        return parse(text.substring(0, text.length() - 1));
    }
}
