package org.walarchive.cli.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFaults;
import org.walarchive.store.tck.ProxiedRequest;

/** What goes wrong while a server is under load, for some seconds; the agent lives through all of it. */
enum Trouble {
    THROTTLED {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            disturb(loaded, random, longest, NetworkFaults.all(answer(503)));
        }
    },
    ERRORS {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            disturb(loaded, random, longest, NetworkFaults.everyNth(2 + random.nextInt(3), any(), answer(500)));
        }
    },
    DENIED {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            disturb(loaded, random, longest, NetworkFaults.all(answer(403)));
        }
    },
    RESETS {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            NetworkFault cut = new NetworkFault.CutRequest(random.nextInt(1 << 20), Ending.RESET);
            disturb(loaded, random, longest, NetworkFaults.everyNth(2, method("PUT"), cut));
        }
    },
    REPLIES_LOST {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            NetworkFault lost = new NetworkFault.LoseReply(random.nextBoolean() ? Ending.CLOSE : Ending.RESET);
            disturb(loaded, random, longest, NetworkFaults.everyNth(2, any(), lost));
        }
    },
    BITS_FLIPPED {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            NetworkFault flip = new NetworkFault.FlipRequestBit(random.nextInt(1 << 16));
            disturb(loaded, random, longest, NetworkFaults.everyNth(2, method("PUT"), flip));
        }
    },
    STALLS {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            disturb(loaded, random, longest, NetworkFaults.everyNth(4, any(), new NetworkFault.Stall()));
        }
    },
    SLOW {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            disturb(loaded, random, longest, NetworkFaults.all(new NetworkFault.Throttle(500_000)));
        }
    },
    LATE {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            disturb(loaded, random, longest, NetworkFaults.all(new NetworkFault.Delay(Duration.ofMillis(300))));
        }
    },
    SERVER_KILLED {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            loaded.killServer();
        }
    },
    BACKUP_KILLED {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            CliProcess.Running backup = loaded.backup();
            pause(random, longest);
            backup.kill();
            backup.await();
        }
    },
    AGENT_FROZEN {
        @Override
        void on(LoadedServer loaded, Random random, Duration longest) {
            signal("-STOP", loaded.agent());
            pause(random, longest);
            signal("-CONT", loaded.agent());
        }
    };

    /** Lets it go wrong, for no longer than said; all is well again when this returns. */
    abstract void on(LoadedServer loaded, Random random, Duration longest);

    private static void disturb(LoadedServer loaded, Random random, Duration longest, NetworkFaults faults) {
        loaded.network().disturb(faults);
        loaded.endSegment();
        pause(random, longest);
        awaitFault(loaded);
        loaded.network().disturb(NetworkFaults.none());
    }

    /** Where the machine is so slow that nothing was asked of the store yet, trouble lasts until something is. */
    private static void awaitFault(LoadedServer loaded) {
        for (int seconds = 0; loaded.network().faults() == 0 && seconds < 60; seconds++) {
            sleep(1000);
            loaded.endSegment();
        }
    }

    private static NetworkFault answer(int status) {
        return new NetworkFault.Answer(status, Map.of(), "");
    }

    private static Predicate<ProxiedRequest> any() {
        return request -> true;
    }

    private static Predicate<ProxiedRequest> method(String name) {
        return request -> request.method().equals(name);
    }

    private static void pause(Random random, Duration longest) {
        sleep(1000 + random.nextLong(longest.toMillis() - 999));
    }

    private static void sleep(long milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void signal(String name, ProcessHandle process) {
        try {
            Process kill = new ProcessBuilder(List.of("kill", name, Long.toString(process.pid())))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill " + name + " failed");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
