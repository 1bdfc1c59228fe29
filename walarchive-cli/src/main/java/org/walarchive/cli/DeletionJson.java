package org.walarchive.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPlan.BackupDecision;
import org.walarchive.DeletionResult;

/** Prints a plan, and what came of it, as one JSON object, without ever holding it whole. */
final class DeletionJson {

    private final Writer writer;
    private String separator = "";

    DeletionJson(PrintStream out) {
        this.writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    void print(DeletionPlan plan, @Nullable DeletionResult result) {
        DeletionPlan.Totals totals = plan.totals();
        write("{\"format\": 1, \"going\": {\"objects\": " + totals.goingObjects() + ", \"bytes\": "
                + totals.goingBytes() + "}, \"staying\": {\"objects\": " + totals.stayingObjects()
                + ", \"bytes\": " + totals.stayingBytes() + "},\n\"notes\": [");
        strings(plan.notes());
        write("],\n\"backups\": [");
        separator = "\n";
        plan.backups().forEach(this::backup);
        write("],\n\"objects\": [");
        separator = "\n";
        plan.forEach(this::object);
        write("]");
        if (result != null) {
            result(result);
        }
        write("}\n");
        try {
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void strings(List<String> texts) {
        Iterator<String> all = texts.iterator();
        while (all.hasNext()) {
            write(quote(all.next()) + (all.hasNext() ? ", " : ""));
        }
    }

    private void backup(BackupDecision backup) {
        write(separator + "{\"name\": " + quote(backup.name().toString()) + ", \"state\": "
                + word(backup.state()) + ", \"goes\": " + backup.goes() + ", \"reason\": "
                + word(backup.reason()) + ", \"explanation\": " + quote(backup.explanation()) + "}");
        separator = ",\n";
    }

    private void object(DeletionDecision decision) {
        write(separator + "{\"key\": " + quote(decision.key()) + ", \"bytes\": " + decision.sizeBytes()
                + ", \"kind\": " + word(decision.kind()) + ", \"goes\": " + decision.goes()
                + ", \"reason\": " + word(decision.reason()) + ", \"explanation\": "
                + quote(decision.explanation()) + "}");
        separator = ",\n";
    }

    private void result(DeletionResult result) {
        write(",\n\"result\": {\"deleted_objects\": " + result.deletedObjects() + ", \"deleted_bytes\": "
                + result.deletedBytes() + ", \"left_objects\": " + result.leftObjects() + ", \"failures\": [");
        separator = "\n";
        for (DeletionResult.Failure failure : result.failures()) {
            write(separator + "{\"key\": " + quote(failure.key()) + ", \"message\": " + quote(failure.message()) + "}");
            separator = ",\n";
        }
        write("]}");
    }

    private static String word(Enum<?> value) {
        return quote(value.name().toLowerCase(Locale.ROOT));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void write(String text) {
        try {
            writer.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
