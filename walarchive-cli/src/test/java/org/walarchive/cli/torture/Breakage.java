package org.walarchive.cli.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;

/** What is done to the world, at a moment of a seed's choice. */
enum Breakage {
    PUSH_KILLED {
        @Override
        String on(World world, Random random) {
            world.switchSoon();
            // After a command that was itself killed by a signal, PostgreSQL has no archiver for up to a minute.
            Victims.Extent extent = random.nextInt(4) == 0 ? Victims.Extent.ALL : Victims.Extent.BELOW;
            boolean found = Victims.kill(world.server(), "wal-push", extent, Duration.ofSeconds(2));
            return found ? "killed " + extent : "none was seen";
        }
    },
    AGENT_KILLED {
        @Override
        String on(World world, Random random) {
            world.startAgent();
            Victims.wait(random, Duration.ofSeconds(1));
            world.agent().kill();
            world.agent().await();
            world.load().awaitCommits(50);
            return "killed";
        }
    },
    AGENT_TERMINATED {
        @Override
        String on(World world, Random random) {
            world.startAgent();
            Victims.wait(random, Duration.ofSeconds(1));
            world.agent().process().destroy();
            CliProcess.Outcome outcome = world.agent().await();
            assertEquals(TERMINATED, outcome.status(), outcome.log());
            return "ended";
        }
    },
    ARCHIVER_KILLED {
        @Override
        String on(World world, Random random) {
            world.switchSoon();
            Victims.wait(random, Duration.ofMillis(500));
            int crashes = crashes(world);
            assertTrue(
                    Victims.kill(world.server(), "archiver", Victims.Extent.ALL, Duration.ofSeconds(10)),
                    "there is no archiver");
            // PostgreSQL 14 and newer take that for a crash of their own
            Await.until("PostgreSQL notices", Duration.ofSeconds(60), () -> crashes(world) > crashes);
            Victims.wait(random, Duration.ofMillis(200));
            world.server().awaitAnswer();
            return "killed";
        }

        private int crashes(World world) {
            return world.server().log().split("terminating any other active server processes", -1).length;
        }
    },
    SERVER_KILLED {
        @Override
        String on(World world, Random random) {
            world.switchSoon();
            Victims.wait(random, Duration.ofMillis(500));
            world.server().kill();
            world.server().start();
            return "killed";
        }
    },
    BACKUP_KILLED {
        @Override
        String on(World world, Random random) {
            return ended(world.backup(), random, CliProcess.Running::kill);
        }
    },
    BACKUP_TERMINATED {
        @Override
        String on(World world, Random random) {
            return ended(world.backup(), random, running -> running.process().destroy());
        }
    },
    SERVER_KILLED_IN_BACKUP {
        @Override
        String on(World world, Random random) {
            CliProcess.Running backup = world.backup();
            Victims.wait(random, Duration.ofSeconds(2));
            world.server().kill();
            CliProcess.Outcome outcome = backup.await();
            world.server().start();
            return "the backup ended with " + outcome.status();
        }
    },
    DELETE_KILLED {
        @Override
        String on(World world, Random random) {
            world.backup().await().requireSuccess();
            return ended(
                    world.cli().start(world.server(), "delete", "--confirm", "retain", "2"),
                    random,
                    CliProcess.Running::kill);
        }
    },
    RESTORE_KILLED {
        @Override
        String on(World world, Random random) {
            Path target = world.restoreTarget();
            CliProcess.Running restore = world.restore(target);
            Victims.wait(random, Duration.ofMillis(1500));
            restore.kill();
            boolean whole = restore.await().status() == 0;
            boolean startable = Files.exists(target.resolve("global/pg_control"));
            assertFalse(startable && !whole && !isDone(world, restore), "a torn restore could be started");
            world.forget(target);
            return whole ? "was done" : "killed";
        }

        /** The kill may have come between the last act and the end. */
        private boolean isDone(World world, CliProcess.Running restore) {
            return world.logOf(restore).contains("restored");
        }
    },
    RECOVERY_KILLED {
        @Override
        String on(World world, Random random) {
            Path target = world.restoreTarget();
            world.archiveAll();
            world.restore(target).await().requireSuccess();
            try (PostgresServer copy = world.recovery(target).server()) {
                copy.launch();
                Victims.wait(random, Duration.ofMillis(1500));
                copy.kill();
                copy.start();
                copy.awaitPromotion();
                world.requireCommitted(copy);
                world.requireNoPrefetch(copy);
            }
            world.forget(target);
            return "killed";
        }
    },
    STORE_GONE {
        @Override
        String on(World world, Random random) {
            world.withStoreGone(() -> {
                world.load().awaitCommits(50);
                world.switchSoon();
                Victims.wait(random, Duration.ofSeconds(2));
            });
            return "and back";
        }
    };

    private static final int TERMINATED = 143;

    /** How a command is ended. */
    @FunctionalInterface
    private interface End {
        void of(CliProcess.Running running);
    }

    private static String ended(CliProcess.Running running, Random random, End end) {
        Victims.wait(random, Duration.ofMillis(2500));
        end.of(running);
        int status = running.await().status();
        return status == 0 ? "was done" : "ended with " + status;
    }

    /** Breaks something and lets what it broke end; returns how it went. */
    abstract String on(World world, Random random);
}
