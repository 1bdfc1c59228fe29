package org.walarchive.cli;

import java.util.OptionalLong;
import org.walarchive.Progress;

/** How far it is, in a line for programs. */
final class ProgressJson {

    private ProgressJson() {}

    /** Returns one line, with its line feed; what is not known is null. */
    static String of(Progress progress, Tempo tempo) {
        return "{\"phase\":\"" + Json.word(progress.phase())
                + "\",\"bytes\":" + progress.bytes()
                + ",\"totalBytes\":" + number(progress.totalBytes())
                + ",\"items\":" + progress.items()
                + ",\"totalItems\":" + number(progress.totalItems())
                + ",\"rate\":" + number(tempo.bytesPerSecond())
                + ",\"etaSeconds\":" + number(tempo.remaining())
                + ",\"elapsedSeconds\":" + tempo.elapsed().toSeconds() + "}\n";
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "null";
    }
}
