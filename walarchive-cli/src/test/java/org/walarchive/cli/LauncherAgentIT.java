package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.walarchive.core.spool.Spool;

/** How the launcher asks the agent, and what it takes for an answer. */
@Timeout(240)
final class LauncherAgentIT {

    private static final String NAME = LauncherHost.SEGMENT;
    private static final String PUSH_REQUEST = "F\0\033" + NAME;

    /** In the order in which the launcher tries them. */
    private static final List<String> HELPERS = List.of("nc", "socat", "perl", "python3", "curl");

    @TempDir
    private Path directory;

    private LauncherHost host;
    private FakeAgent agent;

    static List<List<String>> shells() {
        return LauncherHost.shells().toList();
    }

    private void prepare(List<String> shell) throws IOException {
        host = new LauncherHost(directory, shell);
        Files.writeString(host.wal(NAME), "a segment");
        agent = new FakeAgent(host.spool("agent.socket"));
        Files.writeString(host.spool("agent.address"), "file:///srv/archive\n4711\n");
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private LauncherHost.Run push() throws IOException, InterruptedException {
        return host.run("wal-push", "pg_wal/" + NAME);
    }

    private LauncherHost.Run fetch() throws IOException, InterruptedException {
        return host.run("wal-fetch", NAME, "pg_wal/RECOVERYXLOG");
    }

    /** A request's second argument. */
    private static Path target(byte[] request) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        return Path.of(text.substring(4 + 2 + NAME.length() + 2));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void everyHelperAsksTheSame(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        List<String> tried = new ArrayList<>();
        for (String helper : HELPERS) {
            if (!host.allow(helper)) {
                continue;
            }
            tried.add(helper);
            assertEquals(new LauncherHost.Run(0, "", false), push(), helper);
            assertEquals(PUSH_REQUEST, agent.request(), helper);
            agent.answers("E", request -> {});
            LauncherHost.Run failed = push();
            assertEquals(1, failed.code(), helper);
            assertTrue(failed.err().contains("the agent did not archive " + NAME), failed.err());
            for (String answer : wrongAnswers(shell)) {
                agent.answers(answer, request -> {});
                assertTrue(push().java(), () -> helper + " believes \"" + answer + "\"");
            }
            agent.answers("O", request -> {});
            while (agent.count() > 0) {
                agent.request();
            }
            host.forbid(helper);
        }
        assertTrue(tried.containsAll(List.of("perl", "python3")), "found only " + tried);
        assertTrue(push().java());
        assertNull(agent.request());
    }

    /** The helpers are the same under each shell, and some are slow. */
    private static List<String> wrongAnswers(List<String> shell) {
        return shell.equals(shells().get(0))
                ? List.of("", "N", "X", "OO", "O\n", "\nO", "o", "O\0O", "OK")
                : List.of("O\n", "OK");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aHelperThatCannotDoItLeavesItToTheNext(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        assertTrue(host.allow("perl"));
        for (String useless : List.of(
                "echo \"nc: invalid option -- 'U'\" >&2; exit 1",
                "cat",
                "cat >/dev/null; echo O",
                "cat >/dev/null; printf OK",
                "printf 'usage: nc'; exit 0",
                "kill -s KILL $$")) {
            host.replace("nc", "PATH=/usr/bin:/bin; " + useless);
            LauncherHost.Run run = push();
            assertEquals(0, run.code());
            String request = agent.request();
            // one that says nothing at all may have asked: the agent is not asked again
            assertTrue(useless.startsWith("kill") ? run.java() : PUSH_REQUEST.equals(request), useless + ": " + run);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anAgentThatStallsCostsItsTime(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        host.environment.put("WALARCHIVE_AGENT_TIMEOUT", "1");
        agent.stalls();
        for (String helper : HELPERS) {
            if (shell.equals(shells().get(0)) && host.allow(helper)) {
                long begun = System.nanoTime();
                assertTrue(push().java(), helper);
                if (agent.count() == 0) { // the helper itself took the second to start
                    host.environment.put("WALARCHIVE_AGENT_TIMEOUT", "20");
                    assertTrue(push().java(), helper);
                    host.environment.put("WALARCHIVE_AGENT_TIMEOUT", "1");
                }
                assertEquals(1, agent.count(), helper);
                agent.request();
                assertTrue(System.nanoTime() - begun < 55_000_000_000L, helper);
                host.forbid(helper);
            }
        }
        assertTrue(host.allow("perl"));
        assertTrue(fetch().java());
        assertEquals(List.of("agent.address", "agent.socket"), spooled());
    }

    private List<String> spooled() throws IOException {
        try (Stream<Path> files = Files.list(host.wal(".walarchive"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void nobodyListens(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        for (String helper : HELPERS) {
            host.allow(helper);
        }
        Path socket = host.spool("agent.socket");
        Path kept = host.spool("kept");
        Files.createLink(kept, socket);
        agent.close();
        Files.move(kept, socket);
        assertTrue(push().java());
        assertTrue(fetch().java());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theAgentOfAnotherArchiveIsNotAsked(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        assertTrue(host.allow("perl"));
        for (String address :
                List.of("file:///srv/archive2\n1\n", "", "file:///srv/archive", "file:///srv/archive \n1\n")) {
            Files.writeString(host.spool("agent.address"), address);
            assertTrue(push().java());
            assertTrue(fetch().java());
            assertNull(agent.request());
        }
        Files.delete(host.spool("agent.address"));
        assertTrue(push().java());
        assertNull(agent.request());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aFetch(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        assertTrue(host.allow("perl"));
        Path target = host.wal("RECOVERYXLOG");
        agent.answers("O", request -> Files.writeString(target(request), "fetched"));
        assertEquals(new LauncherHost.Run(0, "", false), fetch());
        assertEquals("fetched", Files.readString(target));
        String request = agent.request();
        int length = request.length();
        assertEquals("f" + (char) (length >> 8) + (char) (length & 0xFF) + "\2\0\030" + NAME, request.substring(0, 30));
        Path asked = target(request.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(length - 32, (int) request.charAt(30) << 8 | request.charAt(31));
        assertTrue(asked.isAbsolute() && asked.endsWith("RECOVERYXLOG") && !asked.equals(target), asked.toString());
        assertFalse(Files.exists(asked.getParent()));

        Files.delete(target);
        agent.answers("N", ignored -> {});
        assertEquals(new LauncherHost.Run(1, "", false), fetch());
        agent.answers("E", ignored -> {});
        LauncherHost.Run failed = fetch();
        assertEquals(255, failed.code());
        assertTrue(failed.err().contains("the agent did not fetch"), failed.err());
        host.environment.put("WALARCHIVE_FETCH_FAILURE_EXIT", "9");
        assertEquals(9, fetch().code());
        for (String answer : List.of("O", "", "X", "NN")) {
            agent.answers(answer, ignored -> {});
            assertTrue(fetch().java(), "without a file, answered " + answer);
        }
        assertFalse(Files.exists(target));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aSignalEndsTheWait(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        assertTrue(host.allow("perl"));
        host.environment.put("WALARCHIVE_AGENT_TIMEOUT", "100");
        agent.stalls();
        assertEquals(new LauncherHost.Run(100, "", false), terminated("wal-push", "pg_wal/" + NAME));
        assertEquals(new LauncherHost.Run(143, "", false), terminated("wal-fetch", NAME, "pg_wal/RECOVERYXLOG"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatAKilledLauncherLeavesIsFoundLater(List<String> shell) throws IOException, InterruptedException {
        prepare(shell);
        assertTrue(host.allow("perl"));
        host.environment.put("WALARCHIVE_AGENT_TIMEOUT", "100");
        agent.stalls();
        Process process = host.start("wal-fetch", NAME, "pg_wal/RECOVERYXLOG");
        while (agent.request() == null) {
            Thread.onSpinWait();
            assertTrue(process.isAlive(), "it ended without asking");
        }
        String left = NAME + "." + process.pid();
        process.destroyForcibly().waitFor();
        assertEquals(List.of(left, "agent.address", "agent.socket"), spooled());
        Spool spool = Spool.unaddressed(host.wal(NAME).getParent());
        assertEquals(0, spool.sweep());
        Files.setLastModifiedTime(host.spool(left), FileTime.from(Instant.EPOCH));
        assertEquals(1, spool.sweep());
        assertEquals(List.of("agent.address", "agent.socket"), spooled());
    }

    private LauncherHost.Run terminated(String... words) throws IOException, InterruptedException {
        Process process = host.start(words);
        while (agent.request() == null) {
            Thread.onSpinWait();
            assertTrue(process.isAlive(), "it ended without asking");
        }
        assertEquals(
                0,
                new ProcessBuilder("/bin/kill", Long.toString(process.pid()))
                        .start()
                        .waitFor());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it goes on waiting");
        LauncherHost.Run run = host.finish(process);
        assertEquals(List.of("agent.address", "agent.socket"), spooled());
        return run;
    }
}
