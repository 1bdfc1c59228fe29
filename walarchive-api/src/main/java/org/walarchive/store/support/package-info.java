/**
 * For authors of stores: what nearly every store of blobs over a network needs to keep the promises of {@link org.walarchive.store.BlobStore}.
 *
 * <ul>
 *   <li>{@link org.walarchive.store.support.PartReader} and {@link org.walarchive.store.support.PartBuffer}: a source in parts that can be sent again;
 *   <li>{@link org.walarchive.store.support.PartsInFlight}: these parts on their way, a few at once, and none of them after a put that failed;
 *   <li>{@link org.walarchive.store.support.ContentStream}: a blob that is held to its length and its checksum while it is read;
 *   <li>{@link org.walarchive.store.support.RequestWatch}: requests that end when the thread is interrupted that waits for them;
 *   <li>{@link org.walarchive.store.support.ParallelRequests} and {@link org.walarchive.store.support.Latches}: some requests at once, all of which have ended
 *       when it is over;
 *   <li>{@link org.walarchive.store.support.TaskThreads}: a thread for a task, or the failure that tells why there is none;
 *   <li>{@link org.walarchive.store.support.CertificateFile}: certificates to trust instead of Java's.
 * </ul>
 *
 * <p>Entry type, of a put: {@link org.walarchive.store.support.PartReader}.
 *
 * <pre>{@code
 * try (PartsInFlight<String> parts = new PartsInFlight<>(key, threads, () -> abort(upload), this::left)) {
 *     try (PartReader reader = new PartReader(key, source)) {
 *         while (!reader.ended()) {
 *             parts.awaitRoom(PART_BYTES, ROOM_BYTES);
 *             PartBuffer part = reader.next(PART_BYTES);
 *             parts.add(part.size(), () -> send(upload, part));
 *         }
 *     }
 *     List<String> tags = parts.awaitAll(); // up to here, what fails ends and removes the parts
 *     if (complete(upload, tags) == PutResult.ALREADY_PRESENT) {
 *         parts.discard();
 *     }
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.support;

import org.jspecify.annotations.NullMarked;
