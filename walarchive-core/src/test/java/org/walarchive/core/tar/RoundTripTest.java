package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.walarchive.ArchiveException;
import org.walarchive.BackupPushRequest.ConfigurationFiles;

/** A tree that is scanned, partitioned, streamed and restored is the same tree. */
class RoundTripTest {

    record Node(String directory, String name, int size, int mode, long modifiedMicros, boolean link) {}

    @Provide
    Arbitrary<List<Node>> nodes() {
        Arbitrary<String> name = Arbitraries.strings()
                .withChars("abé 漢\n\\.-")
                .ofMinLength(1)
                .ofMaxLength(70)
                .filter(text -> !text.equals(".") && !text.equals(".."));
        Arbitrary<String> directory = name.list()
                .ofMaxSize(3)
                .map(names -> String.join("/", names.stream().map(n -> "d" + n).toList()));
        Arbitrary<Integer> size =
                Arbitraries.oneOf(Arbitraries.integers().between(0, 2000), Arbitraries.of(0, 512, 262_144, 300_000));
        Arbitrary<Long> time = Arbitraries.longs().between(0, 4_000_000_000_000_000L);
        return Combinators.combine(
                        directory,
                        name,
                        size,
                        Arbitraries.integers().between(0400, 0777),
                        time,
                        Arbitraries.of(false, false, false, true))
                .as(Node::new)
                .list()
                .ofMaxSize(12);
    }

    private static void make(Path root, List<Node> nodes) throws IOException {
        Files.createDirectories(root);
        for (Node node : nodes) {
            Path path = root.resolve(node.directory()).resolve("f" + node.name());
            Files.createDirectories(path.getParent());
            for (Path above = path.getParent(); !above.equals(root); above = above.getParent()) {
                setAttributes(above, new Node("", "", 0, 0755, 2_000_000L, false));
            }
            if (Files.exists(path)) {
                continue;
            }
            if (node.link()) {
                Files.createSymbolicLink(path.resolveSibling("l" + node.name()), Path.of("nowhere " + node.name()));
            }
            byte[] content = new byte[node.size()];
            new Random(node.size()).nextBytes(content);
            Files.write(path, content);
            setAttributes(path, node);
        }
        for (Node node : nodes) {
            setAttributes(root.resolve(node.directory()), new Node("", "", 0, 0700 | node.mode(), 1_000_000L, false));
        }
        setAttributes(root, new Node("", "", 0, 0750, 1_234_567L, false));
    }

    private static void setAttributes(Path path, Node node) throws IOException {
        Instant modified = Instant.EPOCH.plusNanos(node.modifiedMicros() * 1000);
        Files.setLastModifiedTime(path, FileTime.from(modified));
        Files.setAttribute(path, "unix:mode", node.mode());
    }

    @Property(tries = 60)
    void treeIsRestoredAsItWas(@ForAll("nodes") List<Node> nodes) throws IOException, ArchiveException {
        Path temporary = Files.createTempDirectory("roundtrip");
        try {
            make(temporary.resolve("data"), nodes);
            Map<String, String> before = Trees.describe(temporary.resolve("data"));
            PartitionPlan plan = PartitionPlan.of(
                    DataDirectoryScan.of(
                            temporary.resolve("data"), ConfigurationFiles.INCLUDE, TreatmentListener.none()),
                    2000);
            RestoreTree tree = RestoreTree.into(
                    temporary.resolve("restored"),
                    RestoreOptions.cluster().completeness(RestoreOptions.Completeness.ANY_TREE));

            for (Optional<Partition> next = plan.next(); next.isPresent(); next = plan.next()) {
                try (PartitionStream tar = next.get().open()) {
                    RestoreTree.Extracted extracted =
                            tree.extract("part_" + next.get().number(), tar);
                    assertEquals(next.get().members().size(), extracted.members());
                    assertEquals(next.get().plannedBytes(), extracted.contentBytes());
                }
            }
            tree.finish();

            assertEquals(before, Trees.describe(temporary.resolve("restored")));
        } finally {
            Trees.delete(temporary);
        }
    }
}
