using System.CommandLine;
using DocExchange.Node;

var parsed = Verbs.Root().Parse(args);
try
{
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 && code != 0 ? Verbs.UsageError : code;
}
catch (Exception fault)
{
    await Console.Error.WriteLineAsync($"内部错误，请将以下内容交给维护人员。 / An internal error; hand this to whoever maintains the program.\n{fault}");
    return Verbs.Internal;
}
