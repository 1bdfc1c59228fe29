package org.walarchive.core.testing;

/** The releases whose programs the build brings, 9.5 only where it is asked to; their names in jars begin with {@link #number}. */
public enum PostgresVersion {
    /** The build brings its programs with {@code -P old-postgres}. */
    V9_5("9.5"),
    V9_6("9.6"),
    V10("10"),
    V11("11"),
    V12("12"),
    V13("13"),
    V14("14"),
    V15("15"),
    V16("16"),
    V17("17"),
    V18("18");

    private final String number;

    PostgresVersion(String number) {
        this.number = number;
    }

    /** Returns the number of the major release, {@code 9.6} or {@code 18}. */
    public String number() {
        return number;
    }

    public boolean isAtLeast(PostgresVersion other) {
        return compareTo(other) >= 0;
    }

    /** Since 12, recovery is asked for by a signal file and its settings are ordinary ones. */
    public boolean hasSignalFiles() {
        return isAtLeast(V12);
    }

    @Override
    public String toString() {
        return number;
    }
}
