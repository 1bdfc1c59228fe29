package org.walarchive.core.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A load in the manner of pgbench: clients move balances of accounts and record each move in a history, under a number of
 * its own. What the server acknowledged is known here, so that a test can tell what a restored copy must have.
 */
public final class Workload implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final PostgresServer server;
    private final AtomicLong nextId = new AtomicLong();
    /** Guarded by itself: hours of load have millions of them. */
    private final BitSet committed = new BitSet();

    private final SortedSet<Long> inDoubt = new ConcurrentSkipListSet<>();
    private final List<Thread> clients = new ArrayList<>();
    private final int accounts;
    private volatile boolean stopping;

    private Workload(PostgresServer server, int accounts) {
        this.server = server;
        this.accounts = accounts;
    }

    /** Makes the tables, with at least one account, and lets the clients begin. */
    public static Workload start(PostgresServer server, int clients, int accounts) {
        server.execute(
                "CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL, filler char(84)) WITH (fillfactor = 90)",
                "CREATE TABLE history (id bigint PRIMARY KEY, account int NOT NULL, delta bigint NOT NULL,"
                        + " at timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO accounts SELECT i, 0, '' FROM generate_series(1, " + accounts + ") i");
        Workload workload = new Workload(server, accounts);
        workload.begin(clients);
        return workload;
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            Thread client = new Thread(this::work, "workload-" + i);
            client.setDaemon(true);
            clients.add(client);
            client.start();
        }
    }

    /** Lets clients begin anew in the place of those that were stopped, or whose server went away. */
    public void resume(int count) {
        stop();
        clients.clear();
        stopping = false;
        begin(count);
    }

    private void work() {
        try (Connection connection = server.connect();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE id = ?");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO history (id, account, delta) VALUES (?, ?, ?)")) {
            connection.setAutoCommit(false);
            while (!stopping) {
                move(connection, update, insert);
            }
        } catch (SQLException e) {
            // the server went away, as tests make it do; what was under way is in doubt
        }
    }

    private void move(Connection connection, PreparedStatement update, PreparedStatement insert) throws SQLException {
        long id = nextId.incrementAndGet();
        int account = ThreadLocalRandom.current().nextInt(accounts) + 1;
        long delta = ThreadLocalRandom.current().nextInt(-1000, 1000);
        update.setLong(1, delta);
        update.setInt(2, account);
        update.executeUpdate();
        insert.setLong(1, id);
        insert.setInt(2, account);
        insert.setLong(3, delta);
        insert.executeUpdate();
        inDoubt.add(id);
        connection.commit();
        synchronized (committed) {
            committed.set(Math.toIntExact(id));
        }
        inDoubt.remove(id);
    }

    /** Returns the numbers of the moves that the server acknowledged so far. */
    public SortedSet<Long> committed() {
        SortedSet<Long> numbers = new TreeSet<>();
        committedBits().stream().forEach(number -> numbers.add((long) number));
        return numbers;
    }

    /** Returns the same, for many. */
    public BitSet committedBits() {
        synchronized (committed) {
            return (BitSet) committed.clone();
        }
    }

    /** Returns how many moves the server acknowledged so far. */
    public int committedCount() {
        synchronized (committed) {
            return committed.cardinality();
        }
    }

    /** Returns the numbers of the moves whose commit was asked for and not (yet) acknowledged. */
    public SortedSet<Long> inDoubt() {
        return new TreeSet<>(inDoubt);
    }

    /** Waits until that many more moves were acknowledged. */
    public void awaitCommits(int count) {
        int before = committedCount();
        Await.until(count + " commits", PATIENCE, () -> {
            if (clients.stream().noneMatch(Thread::isAlive)) {
                throw new AssertionError("all clients ended\n" + server.log());
            }
            return committedCount() >= before + count;
        });
    }

    /** Lets the clients finish their transactions and end. */
    public void stop() {
        stopping = true;
        try {
            for (Thread client : clients) {
                client.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Returns the numbers of the moves that a server, perhaps a restored one, has. */
    public static SortedSet<Long> movesIn(PostgresServer server) {
        SortedSet<Long> numbers = new TreeSet<>();
        bitsIn(server).stream().forEach(number -> numbers.add((long) number));
        return numbers;
    }

    /** Returns the same, for many. */
    public static BitSet bitsIn(PostgresServer server) {
        BitSet ids = new BitSet();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false); // else all rows are kept at once
            statement.setFetchSize(10_000);
            try (ResultSet rows = statement.executeQuery("SELECT id FROM history")) {
                while (rows.next()) {
                    ids.set(rows.getInt(1));
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage() + "\n" + server.log(), e);
        }
        return ids;
    }

    /** Fails unless each account has the balance of its history. */
    public static void requireBalanced(PostgresServer server) {
        long wrong = server.queryLong("""
                SELECT count(*) FROM accounts a
                FULL JOIN (SELECT account, sum(delta) AS total FROM history GROUP BY account) h ON h.account = a.id
                WHERE a.balance IS DISTINCT FROM coalesce(h.total, 0)
                """);
        if (wrong != 0) {
            throw new AssertionError(wrong + " accounts do not have the balance of their history");
        }
    }

    @Override
    public void close() {
        stop();
    }
}
