package org.walarchive.store.s3;

/** How large the parts of a multipart upload are, when nobody knows how much is to come. */
final class PartSizes {

    /** The most parts of an object. */
    static final int MOST_PARTS = 10_000;

    private static final int PARTS_OF_ONE_SIZE = 1000;

    private PartSizes() {}

    /**
     * Returns the size of a part: each thousand parts are twice as large as the thousand before. Of 8 MiB at first, they
     * hold 8 TiB in all, more than the 5 TiB that S3 takes; and since the first thousand are equal, services that
     * want equal parts are content up to 8 GB.
     *
     * @param number from 1
     */
    static long bytes(int number, int firstBytes) {
        return (long) firstBytes << ((number - 1) / PARTS_OF_ONE_SIZE);
    }
}
