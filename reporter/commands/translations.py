"""`reporter translations`: what each language still lacks. `--update LANGUAGE` writes its file from the sources."""

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--update", metavar="LANGUAGE", help="write translations/LANGUAGE.po anew, what is translated kept; such as cy"
    )


def run(args: argparse.Namespace) -> int:
    """0 every language is complete; 1 a text is missing, or refused, with a line each on standard error."""
    from reporter import catalogues, languages, texts

    found = texts.collect()
    complete = True
    try:
        if args.update:
            print(catalogues.update(args.update, found))
        for code in languages.codes()[1:]:
            language = languages.load(code)
            lacking = catalogues.problems(language, found)
            print(f"{code} {language.name}: {len(found)} texts, {len(lacking)} to mend")
            for line in lacking:
                print(f"{code}: {line}", file=sys.stderr)
            complete = complete and not lacking
    except languages.BadTranslation as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0 if complete else 1
