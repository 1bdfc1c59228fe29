package org.walarchive.core.tar;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Takes the recovery settings of an earlier life out of {@code postgresql.auto.conf}: they would send a restored server
 * to a place, or make it stop at a point, that nobody asked for in this restore.
 */
public final class AutoConf {

    /** The name of the file. */
    public static final String NAME = "postgresql.auto.conf";

    // a value cannot go on in the next line (guc-file.l); names are case-insensitive
    private static final Pattern RECOVERY_SETTING = Pattern.compile(
            "^(?=[ \\t\\r\\f]*(?:restore_command|recovery_target\\w*|recovery_end_command|archive_cleanup_command"
                    + "|primary_conninfo|primary_slot_name|recovery_min_apply_delay|promote_trigger_file|trigger_file"
                    + "|standby_mode)(?:[ \\t\\r\\f=']|$))",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE | Pattern.UNIX_LINES);

    private static final String REMARK = "#(recovery setting of the server that was backed up) ";

    private AutoConf() {}

    /** Comments recovery settings out; every other byte stays. */
    public static byte[] withoutRecoverySettings(byte[] content) {
        // ISO 8859-1 maps every byte to one character and back
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return RECOVERY_SETTING.matcher(text).replaceAll(REMARK).getBytes(StandardCharsets.ISO_8859_1);
    }
}
