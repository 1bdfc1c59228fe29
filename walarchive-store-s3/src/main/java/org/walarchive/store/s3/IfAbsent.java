package org.walarchive.store.s3;

/** How a put with {@link org.walarchive.store.PutMode#IF_ABSENT} is made sure not to replace a blob. */
enum IfAbsent {
    /** The service is asked to do it, by {@code If-None-Match}; a service that refuses the header fails the put. */
    ATOMIC,
    /**
     * The key is looked for first, for the service may ignore the header; the header is sent nevertheless, unless the
     * service refuses it.
     */
    LOOK_FIRST
}
