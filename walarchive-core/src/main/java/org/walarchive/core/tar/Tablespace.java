package org.walarchive.core.tar;

/**
 * A tablespace that lies outside the data directory.
 *
 * @param oid its number, which is the name of the link in {@code pg_tblspc}
 * @param location the text of the link
 */
public record Tablespace(String oid, String location) {}
