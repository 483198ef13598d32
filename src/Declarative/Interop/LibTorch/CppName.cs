using System.Text;

namespace Declarative.Interop;

/// <summary>Names of C++ as people write them, out of mangled ones (Itanium ABI): scopes and the last name, without parameters.</summary>
internal static class CppName
{
    /// <summary>As in at::_ops::add_Tensor::call. What is more than plain scopes (templates, operators) stays mangled.</summary>
    public static string Of(string symbol)
    {
        string prefix = "";
        string rest = symbol;
        foreach ((string mark, string words) in new[] { ("_ZTV", "vtable of "), ("_ZTI", "type_info of "), ("_ZTS", "type name of "), ("_Z", "") })
        {
            if (symbol.StartsWith(mark, StringComparison.Ordinal))
            {
                (prefix, rest) = (words, symbol[mark.Length..]);
                break;
            }
        }

        if (rest.Length == symbol.Length)
        {
            return symbol;
        }

        bool isNested = rest.StartsWith('N');
        string? name = Scopes(isNested ? rest[1..].TrimStart('r', 'V', 'K') : rest, isNested);
        return name is null ? symbol : prefix + name;
    }

    private static string? Scopes(string text, bool isNested)
    {
        var name = new StringBuilder();
        string last = "";
        int at = 0;
        while (at < text.Length && text[at] != 'E')
        {
            string part;
            if (char.IsAsciiDigit(text[at]))
            {
                int digits = text.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
                if (digits < 0 || !int.TryParse(text.AsSpan(at, digits), out int length) || length > text.Length - at - digits)
                {
                    return null;
                }

                part = last = text.Substring(at + digits, length);
                at += digits + length;
                // A tag of the library's own strings says nothing to a reader.
                if (text.AsSpan(at).StartsWith("B5cxx11"))
                {
                    at += "B5cxx11".Length;
                }
            }
            else if (text.AsSpan(at).StartsWith("St"))
            {
                (part, at) = ("std", at + 2);
            }
            else if (last.Length > 0 && at + 1 < text.Length && text[at] is 'C' or 'D' && char.IsAsciiDigit(text[at + 1]))
            {
                (part, at) = (text[at] == 'D' ? "~" + last : last, at + 2);
            }
            else
            {
                return null;
            }

            name.Append(name.Length > 0 ? "::" : "").Append(part);
            if (!isNested && part != "std")
            {
                break;
            }
        }

        return name.Length == 0 || (isNested && at == text.Length) ? null : name.ToString();
    }
}
