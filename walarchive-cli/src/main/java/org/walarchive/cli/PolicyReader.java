package org.walarchive.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import org.walarchive.BackupName;
import org.walarchive.DeletionPolicy;
import org.walarchive.postgres.WalSegmentName;

/** Reads the words after {@code delete}. */
final class PolicyReader {

    private final CommandLine line;
    private final String word;

    PolicyReader(CommandLine line) {
        this.line = line;
        this.word = line.operands().get(0);
    }

    DeletionPolicy read() throws UsageException {
        DeletionPolicy policy = switch (word) {
            case "before" -> before(operand("NAME|SEGMENT"));
            case "retain" -> retain(operand("NUMBER"));
            case "retain-for" -> new DeletionPolicy.RetainFor(age(operand("AGE")));
            case "retain-by-calendar" -> calendar();
            case "old-versions" -> new DeletionPolicy.OldVersions();
            case "everything" -> new DeletionPolicy.Everything();
            default -> throw usage("delete cannot use \"" + word + "\"");
        };
        boolean takesOperand = word.equals("before") || word.equals("retain") || word.equals("retain-for");
        if (!takesOperand && line.operands().size() > 1) {
            throw usage("delete " + word + " cannot use \"" + line.operands().get(1) + "\"");
        }
        for (Option option : new Option[] {Option.DAILY, Option.WEEKLY, Option.MONTHLY, Option.YEARLY, Option.ZONE}) {
            if (line.has(option) && !(policy instanceof DeletionPolicy.RetainByCalendar)) {
                throw usage(option.word() + " goes with retain-by-calendar only");
            }
        }
        return policy;
    }

    private String operand(String name) throws UsageException {
        if (line.operands().size() < 2) {
            throw usage("delete " + word + " needs " + name);
        }
        return line.operands().get(1);
    }

    private DeletionPolicy before(String name) throws UsageException {
        if (BackupName.isValid(name)) {
            return new DeletionPolicy.Before(BackupName.parse(name));
        }
        if (WalSegmentName.isValid(name)) {
            return new DeletionPolicy.BeforeSegment(WalSegmentName.parse(name));
        }
        throw usage("\"" + name + "\" is the name neither of a base backup nor of a WAL segment");
    }

    private DeletionPolicy retain(String text) throws UsageException {
        int count;
        try {
            count = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw usage("retain: \"" + text + "\" is not a number");
        }
        if (count < 1) {
            throw new UsageException(
                    "retain " + count + " would keep no backup", "To delete all of them, say \"delete everything\".");
        }
        return new DeletionPolicy.Retain(count);
    }

    private Duration age(String text) throws UsageException {
        return Age.parse(text)
                .orElseThrow(() -> usage("retain-for: \"" + text + "\" is not an age such as 12h, 30d or 8w"));
    }

    private DeletionPolicy calendar() throws UsageException {
        String zone = line.value(Option.ZONE);
        try {
            return new DeletionPolicy.RetainByCalendar(
                    line.number(Option.DAILY, 0),
                    line.number(Option.WEEKLY, 0),
                    line.number(Option.MONTHLY, 0),
                    line.number(Option.YEARLY, 0),
                    zone == null ? ZoneId.of("UTC") : ZoneId.of(zone));
        } catch (IllegalArgumentException e) {
            throw usage("retain-by-calendar: " + e.getMessage());
        } catch (DateTimeException e) {
            throw usage("--zone: \"" + zone + "\" is not a time zone such as Europe/Berlin");
        }
    }

    private UsageException usage(String message) {
        return new UsageException(message, Usage.hint(Subcommand.DELETE));
    }
}
