package org.walarchive.cli.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The boxes of a page, to be done one after the other as they stand there, but for the places of this machine. */
final class DocumentedSteps {

    private static final Pattern BOX = Pattern.compile("(?ms)^ *```(sh|ini)\\n(.*?)^ *```$");
    private static final Pattern SETTING = Pattern.compile("(\\w+) = '(.*)'");

    private record Box(String language, String text) {}

    private final Iterator<Box> boxes;
    private final Map<String, String> places = new LinkedHashMap<>();

    private DocumentedSteps(List<Box> boxes) {
        this.boxes = boxes.iterator();
    }

    static DocumentedSteps of(Path page) throws IOException {
        List<Box> boxes = new ArrayList<>();
        Matcher matcher = BOX.matcher(Files.readString(page));
        while (matcher.find()) {
            boxes.add(new Box(matcher.group(1), matcher.group(2).stripTrailing().stripIndent()));
        }
        return new DocumentedSteps(boxes);
    }

    /** Says where something is here that the page has elsewhere. */
    void place(String there, Path here) {
        places.put(there, here.toString());
    }

    /** Returns the commands of the next box. */
    String commands() {
        return next("sh");
    }

    /** Returns the value of the setting in the next box. */
    String setting(String name) {
        String line = next("ini").strip();
        Matcher matcher = SETTING.matcher(line);
        if (!matcher.matches() || !matcher.group(1).equals(name)) {
            throw new AssertionError("the next box does not set " + name + ": " + line);
        }
        return matcher.group(2);
    }

    private String next(String language) {
        Box box = boxes.next();
        if (!box.language().equals(language)) {
            throw new AssertionError("the next box is no " + language + ": " + box);
        }
        String text = box.text();
        for (Map.Entry<String, String> place : places.entrySet()) {
            text = text.replace(place.getKey(), place.getValue());
        }
        return text;
    }

    boolean areDone() {
        return !boxes.hasNext();
    }
}
