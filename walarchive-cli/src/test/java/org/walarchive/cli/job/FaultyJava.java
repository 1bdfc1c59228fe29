package org.walarchive.cli.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.walarchive.core.testing.OrdinaryUser;

/** What a launcher takes for Java: the real one, under {@code strace}. The launcher itself, a shell, is spared. */
final class FaultyJava {

    private final Path home;

    /** Makes it in a directory that is not there. */
    FaultyJava(Path home) throws IOException {
        this.home = home;
        Path real = Path.of(System.getProperty("java.home"));
        Files.createDirectories(home.resolve("bin"));
        Files.copy(real.resolve("release"), home.resolve("release"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the environment in which Java runs with these options of {@code strace}, which writes a record. */
    Map<String, String> with(List<String> options, Path record) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("strace", "-f", "-y", "--seccomp-bpf", "-qq", "-s", "0", "-e", "signal=none"));
        words.addAll(options);
        words.addAll(List.of("-o", record.toString(), System.getProperty("java.home") + "/bin/java"));
        String command = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Path program = home.resolve("bin/java");
        Files.writeString(program, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        OrdinaryUser.give(home);
        return Map.of("JAVA_HOME", home.toString());
    }
}
