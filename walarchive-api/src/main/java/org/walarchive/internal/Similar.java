package org.walarchive.internal;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.stability.Internal;

/** Finds the word that somebody meant who wrote another. */
@Internal
public final class Similar {

    private Similar() {}

    /**
     * Returns the word that takes the fewest changes, if these are few for its length.
     *
     * @param written what is none of the words
     * @param words what could have been meant
     * @return one of them, or nothing
     */
    public static Optional<String> to(String written, Stream<String> words) {
        return words.filter(word -> !word.isEmpty() && changes(written, word) <= Math.max(1, word.length() / 3))
                .min(Comparator.comparingInt(word -> changes(written, word)));
    }

    /**
     * Does the same with long words that are much alike anyway.
     *
     * @param written what is none of the words
     * @param words what could have been meant
     * @param most how many changes are few
     * @return one of them, or nothing
     */
    public static Optional<String> to(String written, Stream<String> words, int most) {
        return words.filter(word -> changes(written, word) <= most)
                .min(Comparator.comparingInt(word -> changes(written, word)));
    }

    /** Counts the letters to insert, delete, replace, or swap with the next. */
    private static int changes(String from, String to) {
        int[][] fewest = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    fewest[i][j] = i + j;
                    continue;
                }
                int replaced = fewest[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                fewest[i][j] = Math.min(replaced, 1 + Math.min(fewest[i - 1][j], fewest[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    fewest[i][j] = Math.min(fewest[i][j], 1 + fewest[i - 2][j - 2]);
                }
            }
        }
        return fewest[from.length()][to.length()];
    }
}
