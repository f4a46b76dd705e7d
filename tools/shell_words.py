"""The programs that a shell script starts, as far as its text says so."""

import re

# Words of the language, and builtins: no programs.
BUILTIN = set("""builtin caller compgen complete compopt dirs disown enable fc fg help history logout popd
    pushd suspend times if then elif else fi for do done while until case esac in function select time
    : . [ [[ ! { } alias bg break cd command continue declare eval exec exit export false getopts hash
    jobs let local mapfile printf pwd read readonly return set shift shopt source test trap true type typeset
    ulimit umask unset wait echo kill""".split())
# What runs the word behind its own options.
PREFIXES = {"exec", "time", "!", "if", "while", "until", "then", "do", "else", "elif", "{"}
NAME = re.compile(r"[A-Za-z][\w.+-]*\Z")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^]]*\])?\+?=\S*\s+")


def programs_of_script(text, functions=frozenset()):
    """Every word in the place of a command that is neither language, builtin nor function."""
    text = Scanner(without_here_documents(text.replace("\\\n", " "))).read()
    own = set(re.findall(r"^\s*([\w-]+)\(\)", text, re.MULTILINE)) | set(functions)
    text = re.sub(r"(\w\+?=)\([^()]*\)", r"\1_", text)  # arrays
    text = re.sub(r"\(\([^()]*(\([^()]*\)[^()]*)*\)\)", " 0 ", text)  # arithmetic
    text = re.sub(r"(?m)^(\s*)\S[^()\n]*\)(?=\s|$)", r"\1;", text)  # the patterns of `case`
    found = set()
    for piece in re.split(r"[\n;&|()`]", text):
        word = first_command(piece)
        if word and word not in BUILTIN and word not in own:
            found.add(word)
    return sorted(found)


def first_command(piece):
    piece = piece.strip()
    while piece:
        assignment = ASSIGNMENT.match(piece + " ")
        if assignment:
            piece = piece[assignment.end():].strip()
            continue
        word, _, rest = piece.partition(" ")
        if word in ("for", "case", "function", "select"):
            return None
        if word not in PREFIXES:
            return word if NAME.match(word) else None
        piece = rest.strip()
    return None


def without_here_documents(text):
    return re.sub(r"<<-?\s*(['\"]?)(\w+)\1(.*?)\n.*?\n\s*\2(?=\n|\Z)", r"\3", text, flags=re.DOTALL)


class Scanner:
    """Reads a script once: comments go, quotes and substitutions become "_", and what a substitution runs
    stands behind all, on lines of its own."""

    def __init__(self, text):
        self.text, self.at, self.inner = text, 0, []

    def read(self):
        outer = self.commands()
        return "\n".join([outer, *self.inner])

    def commands(self, until=""):
        """The text up to the `until` that belongs to nothing in it."""
        out, depth = [], 0
        while self.at < len(self.text):
            here, before = self.text[self.at], self.text[self.at - 1:self.at]
            if self.substitution():
                out.append("_")
                continue
            self.at += 1
            if here == "\\":
                self.at += 1
                out.append("_")
            elif here == "'":
                self.at = self.text.find("'", self.at) + 1 or len(self.text)
                out.append("_")
            elif here == '"':
                self.quoted()
                out.append("_")
            elif here == "#" and before in ("", " ", "\t", "\n"):
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            elif here == until and depth == 0:
                break
            else:
                depth += {"(": 1, ")": -1}.get(here, 0) if until else 0
                out.append(here)
        return "".join(out)

    def substitution(self):
        """Takes "$( )", "<( )" or ">( )" if one begins here; "$(( ))" is arithmetic."""
        if self.text[self.at:self.at + 2] not in ("$(", "<(", ">(") or self.text.startswith("$((", self.at):
            return False
        self.at += 2
        self.inner.append(self.commands(until=")"))
        return True

    def quoted(self):
        while self.at < len(self.text) and self.text[self.at] != '"':
            if not self.substitution():
                self.at += 2 if self.text[self.at] == "\\" else 1
        self.at += 1
