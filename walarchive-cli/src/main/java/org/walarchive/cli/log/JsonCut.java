package org.walarchive.cli.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shortens a record of {@link JsonFormat} that is too long for a message: its longest texts lose their ends, and say how much. If there are
 * too many, the last members go. It stays an object whatever is long in it.
 */
final class JsonCut {

    /** What no member is shortened below, in bytes. */
    private static final int SHORTEST = 100;

    /** More than {@code " [2147483647 more bytes]"} has. */
    private static final int NOTE = 32;

    private final List<Member> members = new ArrayList<>();
    private int omitted;

    private JsonCut(String record) {
        int at = 1;
        while (at < record.length()) {
            int value = endOfText(record, at) + 1;
            boolean isText = record.charAt(value) == '"';
            int end = isText ? endOfText(record, value) : endOfNumber(record, value);
            members.add(new Member(
                    record.substring(at, isText ? value + 1 : end),
                    isText ? record.substring(value + 1, end - 1) : "",
                    isText ? "\"" : ""));
            at = end + 1;
        }
    }

    /**
     * Shortens a record.
     *
     * @param record as {@link JsonFormat} makes it
     * @param most how many bytes it may have
     */
    static String shorten(String record, int most) {
        JsonCut cut = new JsonCut(record);
        String text = cut.text();
        while (length(text) > most) {
            cut.shortenBy(length(text) - most);
            text = cut.text();
        }
        return text;
    }

    /** Returns where a text ends: behind the sign that closes it. */
    private static int endOfText(String record, int begin) {
        int at = begin + 1;
        while (record.charAt(at) != '"') {
            at += record.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int endOfNumber(String record, int begin) {
        int at = begin;
        while (record.charAt(at) != ',' && record.charAt(at) != '}') {
            at++;
        }
        return at;
    }

    /** Shortens the longest member, but by half at once, for the next one may be as long. Where all are short, the last ones go. */
    private void shortenBy(int excess) {
        Member longest = members.stream()
                .max(Comparator.comparingInt(member -> member.length))
                .orElseThrow();
        if (longest.length > SHORTEST) {
            longest.shortenTo(Math.max(SHORTEST, Math.max(longest.length / 2, longest.length - excess)));
            return;
        }
        for (int left = excess; left > 0; omitted++) {
            left -= length(members.remove(members.size() - 1).text());
        }
    }

    private String text() {
        return members.stream()
                .map(Member::text)
                .collect(Collectors.joining(
                        ",", "{", omitted == 0 ? "}" : ",\"" + JsonFormat.OMITTED + "\":" + omitted + "}"));
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** A member, whose text may have lost its end. */
    private static final class Member {
        private final String begin;
        private final String content;
        private final String end;
        private String note = "";
        private int kept;
        private int length;

        Member(String begin, String content, String end) {
            this.begin = begin;
            this.content = content;
            this.end = end;
            kept = content.length();
            length = JsonCut.length(content);
        }

        /** Neither a character nor an escape is cut in two. */
        void shortenTo(int bytes) {
            int left = bytes - NOTE;
            kept = 0;
            while (kept < content.length()) {
                int next = next(kept);
                left -= JsonCut.length(content.substring(kept, next));
                if (left < 0) {
                    break;
                }
                kept = next;
            }
            note = " [" + JsonCut.length(content.substring(kept)) + " more bytes]";
            length = bytes;
        }

        private int next(int at) {
            if (content.charAt(at) == '\\') {
                return at + (content.charAt(at + 1) == 'u' ? 6 : 2);
            }
            return content.offsetByCodePoints(at, 1);
        }

        String text() {
            return begin + content.substring(0, kept) + note + end;
        }
    }
}
