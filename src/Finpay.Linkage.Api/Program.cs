using System.Reflection;
using Finpay.Linkage.Api;
using Finpay.Linkage.Api.Logging;

// Inside of a test the console belongs to the test.
if (Assembly.GetEntryAssembly() == Assembly.GetExecutingAssembly())
    LinkageLogging.WriteWholeLines();
return await LinkageHost.RunAsync(args);
