package org.walarchive;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.walarchive.stability.Stable;

/**
 * Where the tablespaces of a backup go that were outside of the data directory. Those inside of it, directories under
 * {@code pg_tblspc}, are restored as they were in any case.
 */
@Stable
public sealed interface TablespacePlacement {

    /** Where the links lead that stand under {@code pg_tblspc} of the directory already. Each must lead to an empty directory. */
    record ExistingLinks() implements TablespacePlacement {}

    /**
     * Into directories under {@code pg_tblspc}. PostgreSQL runs with such tablespaces only while {@code
     * allow_in_place_tablespaces} is on, which is written to {@code postgresql.auto.conf} where the server's release has it.
     */
    record Blind() implements TablespacePlacement {}

    /**
     * Where they were, or elsewhere. Directories and links are made; a directory that exists must be empty.
     *
     * @param moved the new places, absolute, by the tablespace's OID; the others go to where they were
     */
    record Located(Map<String, Path> moved) implements TablespacePlacement {

        /** Copies the map. */
        public Located {
            moved = Map.copyOf(moved);
        }
    }

    /**
     * As a file of WAL-E's says: a JSON object with fields of the sentinel's {@code spec}, each in place of the sentinel's. Its
     * {@code base_prefix} has no effect; the request's directory has.
     *
     * @param file the file
     */
    record Specification(Path file) implements TablespacePlacement {

        /** Checks for null. */
        public Specification {
            Objects.requireNonNull(file);
        }
    }
}
