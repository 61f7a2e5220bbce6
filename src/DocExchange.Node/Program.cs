using DocExchange.Core.Operating;
using DocExchange.Node;

return await new Verbs(VerbLanguage.Of(args)).InvokeAsync(args);
