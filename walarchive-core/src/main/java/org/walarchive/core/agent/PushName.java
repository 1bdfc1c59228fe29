package org.walarchive.core.agent;

import java.nio.charset.StandardCharsets;
import org.walarchive.postgres.WalFileName;

/** Reads the name of the file that a client wants to have archived. */
final class PushName {

    /** PostgreSQL's module {@code walg_archive} always sends as many bytes, whatever the name's length. */
    static final int MODULE_BYTES = 24;

    private PushName() {}

    /**
     * Reads the body of a request. {@code walg_archive} copies 24 bytes of a C string: a history file's name is followed by a zero
     * and whatever lay behind it.
     */
    static WalFileName parse(byte[] body) throws MalformedMessageException {
        int end = body.length;
        if (body.length == MODULE_BYTES) {
            for (int i = 0; i < MODULE_BYTES && end == MODULE_BYTES; i++) {
                end = body[i] == 0 ? i : end;
            }
        }
        return recognise(new String(body, 0, end, StandardCharsets.ISO_8859_1));
    }

    /** Nothing but a name: what else a client sends would be a path. */
    static WalFileName recognise(String text) throws MalformedMessageException {
        return WalFileName.recognise(text)
                .orElseThrow(() ->
                        new MalformedMessageException("\"" + printable(text) + "\" is not the name of a WAL file"));
    }

    private static String printable(String text) {
        String some = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return some.replaceAll("[^ -~…]", "?");
    }
}
