package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandLineParserTest {

    private static CommandLine parse(String words) throws UsageException {
        return CommandLineParser.parse(words.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "--file-prefix file:///a backup-list",
        "--file-prefix=file:///a backup-list",
        "--file-pre file:///a backup-list",
        "--f=file:///a backup-list",
    })
    void readsAValueInEveryForm(String words) throws UsageException {
        assertEquals(Map.of(Option.FILE_PREFIX, "file:///a"), parse(words).options());
    }

    @ParameterizedTest
    @CsvSource({"-p 3", "-p3", "--pool-size 3", "--pool-size=3", "--poo 3"})
    void readsOptionsOfASubcommandBeforeAndAfterItsOperands(String option) throws UsageException {
        for (String words : List.of("backup-push " + option + " /d", "backup-push /d " + option)) {
            CommandLine line = parse(words);
            assertEquals(3, line.number(Option.POOL_SIZE, 0), words);
            assertEquals(List.of("/d"), line.operands(), words);
        }
    }

    @Test
    void theSameLetterMeansWhatTheSubcommandSays() throws UsageException {
        assertEquals(Map.of(Option.PREFETCH, "0"), parse("wal-fetch -p 0 N D").options());
        assertEquals(Map.of(Option.POOL_SIZE, "0"), parse("wal-push -p 0 P").options());
    }

    @Test
    void aNegativeNumberIsAValue() throws UsageException {
        assertEquals(-1, parse("wal-fetch -p -1 N D").number(Option.PREFETCH, 8));
    }

    @Test
    void twoDashesEndTheOptions() throws UsageException {
        assertEquals(List.of("-x"), parse("wal-push -- -x").operands());
        assertEquals(List.of("--"), parse("-- wal-push -- --").operands());
    }

    @Test
    void anOptionGivenTwiceHasItsLastValue() throws UsageException {
        assertEquals("b", parse("--prefix a --prefix b version").value(Option.PREFIX));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-h | HELP | []",
                "--hel wal-push | HELP | []",
                "wal-push -h | HELP | [wal-push]",
                "backup-list --help x y z | HELP | [backup-list]",
                "help wal-fetch | HELP | [wal-fetch]",
                "version | VERSION | []",
                "backup-list | BACKUP_LIST | []",
                "backup-list LATEST | BACKUP_LIST | [LATEST]",
                "backup-fetch /d LATEST | BACKUP_FETCH | [/d, LATEST]",
                "wal-fetch N D | WAL_FETCH | [N, D]",
            })
    void recognises(String words, Subcommand subcommand, String operands) throws UsageException {
        CommandLine line = parse(words);
        assertEquals(subcommand, line.subcommand());
        assertEquals(operands, line.operands().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--terse | no subcommand given",
                "wal-pus x | there is no subcommand \"wal-pus\"",
                "--bogus wal-push x | there is no global option --bogus",
                "-x wal-push x | there is no global option -x",
                "--g x wal-push y | --g may be --gs-prefix or --gs-access-key-id",
                "--aws x wal-push y | --aws may be --aws-access-key-id or --aws-instance-profile",
                "--terse=1 wal-push y | --terse takes no value",
                "--prefix | --prefix needs LOCATION",
                "--prefix --terse wal-push x | --prefix needs LOCATION",
                "wal-push | wal-push needs PATH",
                "wal-push a b | wal-push cannot use \"b\"",
                "wal-fetch N | wal-fetch needs NAME DEST",
                "wal-fetch N D E | wal-fetch cannot use \"E\"",
                "version x | version cannot use \"x\"",
                "backup-list --terse | backup-list has no option --terse",
                "wal-push --while-offline x | wal-push has no option --while-offline",
                "delete --bogus everything | delete has no option --bogus",
                "keep a b | keep cannot use \"b\"",
                "wal-prefetch /d | wal-prefetch needs BASE NAME",
                "agent a b | agent cannot use \"b\"",
                "backup-fetch --target-t x /d | --target-t may be --target-time or --target-timeline",
                "backup-fetch --cluster-read-rate-limit 9 /d | backup-fetch has no option --cluster-read-rate-limit",
            })
    void refuses(String words, String message) {
        assertEquals(
                message, assertThrows(UsageException.class, () -> parse(words)).getMessage());
    }

    @Test
    void aPoolSizeThatIsNoNumberIsRefused() {
        UsageException e = assertThrows(
                UsageException.class, () -> parse("wal-push -p many x").number(Option.POOL_SIZE, 1));
        assertEquals("--pool-size: \"many\" is not a number", e.getMessage());
    }

    @Test
    void everySubcommandHasHelp() {
        for (Subcommand subcommand : Subcommand.values()) {
            String text = Usage.of(subcommand);
            assertEquals(true, text.contains(subcommand.word()) && text.endsWith("\n"), text);
            for (Option option : subcommand.options()) {
                assertEquals(true, text.contains(option.word()), text);
            }
            if (subcommand != Subcommand.NONE) {
                assertEquals(true, text.contains("example"), text);
                Set<String> known = new TreeSet<>();
                subcommand.options().forEach(option -> known.add(option.word()));
                Matcher mentioned = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*").matcher(text);
                while (mentioned.find()) {
                    assertEquals(true, known.contains(mentioned.group()), mentioned.group() + " in\n" + text);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "backup-psuh /d | Did you mean backup-push? See \"walarchive help\".",
                "wal_push /d | Did you mean wal-push? See \"walarchive help\".",
                "restore /d | See \"walarchive help\".",
                "verify --dep | Did you mean --deep? See \"walarchive help verify\".",
                "backup-fetch --target-tmie x | Did you mean --target-time? See \"walarchive help backup-fetch\".",
                "backup-list --s3-prefix s3://b | --s3-prefix is a global option: it stands before backup-list.",
            })
    void aSlipOfTheFingersIsGuessed(String words, String hint) {
        UsageException e = assertThrows(UsageException.class, () -> parse(words));
        assertEquals(hint, e.hint());
    }
}
