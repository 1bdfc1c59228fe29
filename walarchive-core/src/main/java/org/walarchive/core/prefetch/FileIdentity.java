package org.walarchive.core.prefetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/** Interim. */
final class FileIdentity {
    private FileIdentity() {}

    static String of(Path file) throws IOException {
        Map<String, Object> a = Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
        return a.get("dev") + ":" + a.get("ino") + ":" + a.get("size") + ":" + text(a.get("lastModifiedTime")) + ":"
                + text(a.get("ctime"));
    }

    private static String text(Object time) {
        Instant instant = ((FileTime) time).toInstant();
        return String.format("%d.%09d", instant.getEpochSecond(), (long) instant.getNano());
    }
}
